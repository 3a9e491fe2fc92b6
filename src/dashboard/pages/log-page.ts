import { ansiLine } from "../ansi.ts";
import type { Answer } from "../answer.ts";
import { html } from "../html.ts";
import type { RunPath } from "../routes.ts";
import type { LogPiece } from "../run-log-lines.ts";
import { linkTo, queryText, type SignedInVisit } from "../visit.ts";
import { pageEnd, pageStart } from "./layout.ts";

/** Lines of a block that a browser need not lay out until it is looked at. */
const linesOfBlock = 200;

/**
 * A run's output, drawn while it is written: the page goes on as long as the run does, without scripts. `stop` ends the
 * reading when the visitor has gone.
 */
export function logPage(
  visit: SignedInVisit,
  run: RunPath,
  { pieces, stop }: { readonly pieces: AsyncIterable<LogPiece>; readonly stop: () => void },
): Answer {
  const { messages } = visit;
  const path = ["runs", run.kind, run.namespace, run.name];
  const task = queryText(visit, "task");
  const title = messages.logsOf(task === undefined ? run.name : `${run.name} / ${task}`);
  return {
    kind: "stream",
    contentType: "text/html; charset=utf-8",
    write: async (to) => {
      to.signal.addEventListener("abort", stop);
      const start = html`${pageStart(visit, { title, signedIn: visit })}<h1>${title}</h1>
<p><a href="${linkTo(visit, path)}">${run.name}</a> · <a href="${linkTo(visit, ["api", ...path, "logs"], { task, download: "true" })}">${messages.download}</a></p>
<div class="log" role="region" tabindex="0" aria-label="${title}">`;
      await to.write(start.text);
      let line = 0;
      let linesInBlock = 0;
      let isBlockOpen = false;
      const endBlock = () => {
        const end = isBlockOpen ? "</div>" : "";
        isBlockOpen = false;
        linesInBlock = 0;
        return end;
      };
      for await (const piece of pieces) {
        let text = "";
        if (piece.kind === "line") {
          if (linesInBlock >= linesOfBlock) text += endBlock();
          if (!isBlockOpen) text += '<div class="chunk">';
          isBlockOpen = true;
          linesInBlock++;
          line++;
          text +=
            html`<div class="row" id="L${line}"><a href="#L${line}">${line}</a><span class="text">${ansiLine(piece.text)}</span></div>
`.text;
        } else if (piece.kind === "step") {
          text += `${endBlock()}${html`<h2>${piece.task} : ${piece.step}</h2>`.text}`;
        } else {
          text += `${endBlock()}${html`<p class="refused">${piece.status.message}</p>`.text}`;
        }
        await to.write(text);
        if (to.signal.aborted) return;
      }
      const note = line === 0 ? messages.noLog : messages.endOfLog;
      await to.write(`${endBlock()}${html`</div><p class="muted" id="end">${note}</p>${pageEnd()}`.text}`);
    },
  };
}
