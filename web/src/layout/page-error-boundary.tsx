import { Component, type ReactNode } from "react";
import { Problem } from "../components/problem.tsx";
import { useMessages } from "../messages/messages-provider.tsx";

interface State {
  readonly failure: { readonly error: unknown } | undefined;
}

/**
 * Shows our own mistakes in the place of the page, so that the way to other pages stays open. Also where code ends up that
 * cannot be loaded, as after an upgrade of the server: reloading helps.
 */
export class PageErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { failure: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { failure: { error } };
  }

  override render(): ReactNode {
    const { failure } = this.state;
    return failure === undefined ? this.props.children : <Failure error={failure.error} />;
  }
}

function Failure({ error }: { readonly error: unknown }): ReactNode {
  const messages = useMessages();
  return (
    <>
      <Problem error={error} />
      <p>
        <button type="button" onClick={() => window.location.reload()}>
          {messages.reload}
        </button>
      </p>
    </>
  );
}
