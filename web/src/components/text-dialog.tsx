import { type ReactNode, useId, useRef, useState } from "react";
import { useMessages } from "../messages/messages-provider.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Loading } from "./loading.tsx";
import { Problem } from "./problem.tsx";
import "./text-dialog.css";

/** A text to take away. */
export interface TakenText {
  readonly text: string;
  readonly fileName: string;
  /** What else one has to know. */
  readonly note?: ReactNode;
}

/** A button that shows a text, to be copied or downloaded. */
export function TextDialog({
  label,
  load,
}: {
  readonly label: string;
  readonly load: () => Promise<TakenText>;
}): ReactNode {
  const messages = useMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const [taken, setTaken] = useState<TakenText | undefined>(undefined);
  const [problem, setProblem] = useState<unknown>(undefined);
  const open = () => {
    setTaken(undefined);
    setProblem(undefined);
    dialog.current?.showModal();
    load().then(setTaken, setProblem);
  };
  return (
    <>
      <button type="button" onClick={open}>
        {label}
      </button>
      <dialog ref={dialog} className="text-dialog" aria-labelledby={`${id}-title`}>
        <h2 id={`${id}-title`}>{label}</h2>
        {problem !== undefined && <Problem error={problem} />}
        {problem === undefined && taken === undefined && <Loading />}
        {taken !== undefined && (
          <>
            {taken.note}
            <textarea readOnly lang="en" aria-label={label} value={taken.text} spellCheck={false} />
          </>
        )}
        <p className="buttons">
          {taken !== undefined && (
            <>
              <CopyButton text={taken.text} />
              <button type="button" onClick={() => download(taken)}>
                {messages.download}
              </button>
            </>
          )}
          <button type="button" onClick={() => dialog.current?.close()}>
            {messages.textDialog.close}
          </button>
        </p>
      </dialog>
    </>
  );
}

function download({ text, fileName }: TakenText): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
