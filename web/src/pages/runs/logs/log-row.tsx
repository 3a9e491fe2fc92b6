import type { ReactNode } from "react";
import { useMessages } from "../../../messages/messages-provider.tsx";
import { type AnsiSpan, type AnsiStyle, ansiSpans } from "./ansi.ts";
import { splitMatches } from "./log-search.ts";
import type { LogRow } from "./log-store.ts";

export interface RowLook {
  /** Text to mark. */
  readonly wanted: string;
  /** Number of the line that the address or the search has chosen. */
  readonly chosenLine: number | undefined;
  readonly hasTimestamps: boolean;
  /** What TaskRuns are called, where that is more than the name of their task. */
  readonly taskTitles: ReadonlyMap<string, string>;
}

/** One row of the log. */
export function LogRowView({ row, look }: { readonly row: LogRow; readonly look: RowLook }): ReactNode {
  const messages = useMessages();
  switch (row.kind) {
    case "step": {
      const { task, taskRun, step, attempt } = row.source;
      return (
        <div className="log-step" lang="en">
          {look.taskTitles.get(taskRun) ?? task} : {step}
          {attempt > 0 && <span className="log-attempt"> {messages.logPage.attempt(attempt + 1)}</span>}
        </div>
      );
    }
    case "problem":
      return (
        <div className="log-refused" lang="en">
          {row.message}
        </div>
      );
    case "line":
      return <Line row={row} look={look} />;
    default:
      return row satisfies never;
  }
}

function Line({ row, look }: { readonly row: LogRow & { readonly kind: "line" }; readonly look: RowLook }): ReactNode {
  const cut = look.hasTimestamps ? row.text.indexOf(" ") : -1;
  const text = row.text.slice(cut + 1);
  return (
    <div className={row.line === look.chosenLine ? "log-line chosen" : "log-line"}>
      <a className="log-number" id={`L${row.line}`} href={`#L${row.line}`}>
        {row.line}
      </a>
      {cut > 0 && <span className="log-time">{row.text.slice(0, cut)}</span>}
      <span className="log-text" lang="en">
        {ansiSpans(text, row.style).map((span) => (
          <Span key={span.at} span={span} wanted={look.wanted} />
        ))}
      </span>
    </div>
  );
}

function Span({ span, wanted }: { readonly span: AnsiSpan; readonly wanted: string }): ReactNode {
  return (
    <span className={classesOf(span.style)} style={colorOf(span.style)}>
      {splitMatches(span.text, wanted).map((part) =>
        part.isMatch ? <mark key={part.at}>{part.text}</mark> : part.text,
      )}
    </span>
  );
}

function classesOf({ color, isBold, isFaint, isItalic, isUnderlined }: AnsiStyle): string | undefined {
  const classes = [
    color?.startsWith("ansi-") === true ? color : "",
    isBold ? "bold" : "",
    isFaint ? "faint" : "",
    isItalic ? "italic" : "",
    isUnderlined ? "underlined" : "",
  ].filter((name) => name !== "");
  return classes.length === 0 ? undefined : classes.join(" ");
}

function colorOf({ color }: AnsiStyle): { readonly color: string } | undefined {
  return color?.startsWith("rgb(") === true ? { color } : undefined;
}
