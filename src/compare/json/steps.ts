import type { JsonDocument } from '../../content/json/document.ts';
import { stringText } from '../../content/json/string.ts';
import type { Step, StepSide } from '../rules/scope.ts';

/** The step to a child, as rules see it. `nodes` are those of the value in each document that has it. */
export function memberStep(name: string, left: StepSide | undefined, right: StepSide | undefined): Step {
  return { name, ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) };
}

export function elementStep(left: StepSide | undefined, right: StepSide | undefined): Step {
  return { ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) };
}

export function memberSide(document: JsonDocument, node: number): StepSide {
  return { value: () => document.valueOf(node), root: () => document.valueOf(0) };
}

export function elementSide(document: JsonDocument, node: number, index: number, length: number): StepSide {
  return { index, length, value: () => document.valueOf(node), root: () => document.valueOf(0) };
}

/** All children of a node in one document, with the step to each. */
export function childSteps(document: JsonDocument, node: number): { readonly child: number; readonly step: Step }[] {
  switch (document.type(node)) {
    case 'object':
      return document.names(node).map((name) => ({
        child: name + 1,
        step: memberStep(stringText(document, name), memberSide(document, name + 1), undefined),
      }));
    case 'array': {
      const elements = document.elements(node);
      return elements.map((child, index) => ({
        child,
        step: elementStep(elementSide(document, child, index, elements.length), undefined),
      }));
    }
    default:
      return [];
  }
}
