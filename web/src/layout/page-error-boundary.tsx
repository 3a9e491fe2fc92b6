import { Component, type ReactNode } from "react";
import { Problem } from "../components/problem.tsx";

interface State {
  readonly error: unknown;
}

/** Shows our own mistakes in the place of the page, so that the way to other pages stays open. */
export class PageErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error === undefined ? this.props.children : <Problem error={this.state.error} />;
  }
}
