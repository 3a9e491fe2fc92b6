import type { ReactNode } from "react";
import { useMessages } from "../../../messages/messages-provider.tsx";

interface LogSearchBarProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Number of lines that have the text. */
  readonly count: number;
  /** Which of them is chosen, from 0; undefined: none yet. */
  readonly chosen: number | undefined;
  readonly onMove: (by: 1 | -1) => void;
}

/** Search in the log: Enter goes to the next line that has the text, with Shift to the one before. */
export function LogSearchBar({ text, onText, count, chosen, onMove }: LogSearchBarProps): ReactNode {
  const { logPage } = useMessages();
  return (
    <search className="log-search">
      <input
        type="search"
        aria-label={logPage.search}
        placeholder={logPage.search}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") onMove(event.shiftKey ? -1 : 1);
          if (event.key === "Escape") onText("");
        }}
      />
      <output className="muted">{text !== "" && logPage.found(chosen === undefined ? 0 : chosen + 1, count)}</output>
      <button type="button" disabled={count === 0} aria-label={logPage.previousMatch} onClick={() => onMove(-1)}>
        ↑
      </button>
      <button type="button" disabled={count === 0} aria-label={logPage.nextMatch} onClick={() => onMove(1)}>
        ↓
      </button>
    </search>
  );
}

/** A button that stays pressed. */
export function Toggle({
  label,
  isOn,
  onChange,
}: {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}): ReactNode {
  return (
    <button type="button" className="toggle" aria-pressed={isOn} onClick={() => onChange(!isOn)}>
      {label}
    </button>
  );
}
