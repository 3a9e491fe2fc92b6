import { type ReactNode, useId, useRef, useState } from "react";
import { useMessages } from "../messages/messages-provider.tsx";
import { Problem } from "./problem.tsx";

interface ConfirmButtonProps {
  readonly label: string;
  /** What will happen. */
  readonly explanation: string;
  /** Why it cannot be done: the button is disabled and says so. */
  readonly refusal?: string | undefined;
  readonly action: () => Promise<void>;
  /** Choices that belong to the action. */
  readonly children?: ReactNode;
}

/** A button that asks once more before it acts, and shows why it could not. */
export function ConfirmButton({ label, explanation, refusal, action, children }: ConfirmButtonProps): ReactNode {
  const messages = useMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [problem, setProblem] = useState<unknown>(undefined);
  const [isBusy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await action();
      dialog.current?.close();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <span className="confirm">
      <button
        type="button"
        disabled={refusal !== undefined}
        aria-describedby={refusal === undefined ? undefined : `${id}-why`}
        onClick={() => dialog.current?.showModal()}
      >
        {label}
      </button>
      {refusal !== undefined && (
        <span className="refusal" id={`${id}-why`}>
          {refusal}
        </span>
      )}
      <dialog ref={dialog} aria-labelledby={`${id}-title`} onClose={() => setProblem(undefined)}>
        <h2 id={`${id}-title`}>{label}</h2>
        <p>{explanation}</p>
        {children}
        {problem !== undefined && <Problem error={problem} />}
        <p className="buttons">
          <button type="button" className="primary" disabled={isBusy} onClick={() => void run()}>
            {messages.confirm(label)}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {messages.keep}
          </button>
        </p>
      </dialog>
    </span>
  );
}
