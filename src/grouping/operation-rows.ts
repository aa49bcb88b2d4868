import type { GroupingConfig } from '../config/types.ts';
import { pathSegments } from '../lib/path-segments.ts';
import type { RouteRow } from '../model/route.ts';
import { graphqlOperation, OperationPaths, type OperationRequest, rpcOperation } from './operations.ts';
import type { RouteNames } from './route-names.ts';

/** The rows of operations, for threads that have the bodies of the requests. */
export class OperationRows {
  readonly #names: RouteNames;
  readonly #limit: number;
  readonly #paths: OperationPaths;

  constructor(names: RouteNames, { limit, operations }: GroupingConfig) {
    this.#names = names;
    this.#limit = limit;
    this.#paths = new OperationPaths(operations);
  }

  /** `row`: of a route whose requests name operations. Returns the same row for a request that names none. */
  rowOf(row: RouteRow, request: OperationRequest): RouteRow {
    const { named } = this.#names.info(row);
    const operation =
      named === 'by_graphql'
        ? graphqlOperation(request)
        : rpcOperation(request, this.#paths.field(pathSegments(request.target)));
    return operation === undefined ? row : this.#names.operation(row, operation, this.#limit);
  }
}
