import { Component, type ComponentChildren } from 'preact';
import { Failure } from '../components/states.tsx';

/** A view that fails shows so, and leaves the rest of the page as it is. */
export class Boundary extends Component<{ readonly children: ComponentChildren }> {
  override state: { readonly error?: Error } = {};

  static override getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return <Failure problem={{ code: 'page', status: 0, detail: `This view failed: ${error.message}` }} />;
  }
}
