import type { Status } from "../../api/object.ts";
import { type Content, html, type Markup } from "../html.ts";
import { languages } from "../messages/language.ts";
import { linkTo, type SignedInVisit, type Visit } from "../visit.ts";

export interface PageOptions {
  readonly title: string;
  /** Absent for those who have not signed in. */
  readonly signedIn?: SignedInVisit;
  /** Leads there by itself. */
  readonly redirectTo?: string;
  readonly content: Content;
}

/** A whole page. */
export function page(visit: Visit, options: PageOptions): Markup {
  return html`${pageStart(visit, options)}${options.content}${pageEnd()}`;
}

/** A page up to its content, for pages that are sent as they come. */
export function pageStart(visit: Visit, { title, signedIn, redirectTo }: Omit<PageOptions, "content">): Markup {
  const { messages } = visit;
  return html`<!doctype html>
<html lang="${visit.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${redirectTo !== undefined && html`<meta http-equiv="refresh" content="0; url=${redirectTo}">`}
<title>${title} · ${messages.title}</title>
<link rel="icon" href="/assets/icon.svg">
<link rel="stylesheet" href="/assets/dashboard.css">
${signedIn && html`<script type="module" src="/assets/dashboard.js"></script>`}
</head>
<body${signedIn && liveAttributes(signedIn)}>
<a class="skip" href="#main">${messages.skipToContent}</a>
<header>
<a class="brand" href="${linkTo(visit, [])}">${messages.title}</a>
${signedIn && navigation(signedIn)}
<div class="aside">${signedIn && account(signedIn)}${languageLinks(visit)}</div>
</header>
<main id="main">
${visit.isReadOnly && signedIn && html`<p class="note">${messages.readOnly}</p>`}
`;
}

export function pageEnd(): Markup {
  return html`
</main>
</body>
</html>
`;
}

/** What the client module needs to know; texts too, as it has none of its own. */
function liveAttributes({ namespace, messages }: SignedInVisit): Markup {
  return html` data-namespace="${namespace}" data-copy="${messages.copy}" data-copied="${messages.copied}" data-pause="${messages.pause}" data-resume="${messages.resume}" data-live="${messages.live}" data-reconnecting="${messages.reconnecting}"`;
}

function navigation(visit: SignedInVisit): Markup {
  const { messages, path } = visit;
  const entries = [
    { text: messages.overview, at: [] },
    { text: messages.events, at: ["events"] },
    { text: messages.runs, at: ["runs"] },
  ];
  return html`<nav aria-label="${messages.navigation}"><ul>${entries.map(
    ({ text, at }) =>
      html`<li><a href="${linkTo(visit, at)}"${(at[0] ?? "") === (path[0] ?? "") && html` aria-current="page"`}>${text}</a></li>`,
  )}</ul></nav>
<form class="namespace" method="get" action="${path.length > 1 ? `/${path[0]}` : `/${path.join("/")}`}">
<label for="namespace">${messages.namespace}</label>
<input id="namespace" name="namespace" value="${visit.namespace}" placeholder="${messages.allNamespaces}" size="14" autocomplete="off" spellcheck="false">
<button>${messages.choose}</button>
</form>
<span class="status" id="live-status" role="status"></span>`;
}

function account({ session, messages }: SignedInVisit): Markup {
  return html`<form method="post" action="/logout"><span class="user"><span class="hidden">${messages.signedInAs} </span>${session.userName}</span>
${csrfField(session.csrfToken)}<button class="quiet">${messages.signOut}</button></form>`;
}

function languageLinks(visit: Visit): Markup {
  return html`<span class="languages">${Object.entries(languages).map(([code, { language }]) =>
    code === visit.language
      ? html`<span lang="${code}" aria-current="true">${language}</span> `
      : html`<a lang="${code}" hreflang="${code}" href="${withLanguage(visit.url, code)}">${language}</a> `,
  )}</span>`;
}

function withLanguage(url: URL, language: string): string {
  const query = new URLSearchParams(url.searchParams);
  // A ticket is used up, and would only be in the way.
  query.delete("ticket");
  query.set("lang", language);
  return `${url.pathname}?${query}`;
}

export function csrfField(token: string): Markup {
  return html`<input type="hidden" name="csrf" value="${token}">`;
}

/** Commands to copy. */
export function commands(lines: readonly string[]): Markup {
  return html`<div class="commands"><pre data-copyable><code>${lines.join("\n")}</code></pre></div>`;
}

/** A time, with its zone, as the language writes it. */
export function timeText(visit: Visit, time: string | undefined): Content {
  const ms = Date.parse(time ?? "");
  if (Number.isNaN(ms)) return "";
  const format = new Intl.DateTimeFormat(visit.language, { dateStyle: "medium", timeStyle: "medium" });
  return html`<time datetime="${new Date(ms).toISOString()}">${format.format(ms)}</time>`;
}

/** How long something took, or has been taking. */
export function durationText(visit: Visit, start: string | undefined, end: string | undefined): string {
  const startMs = Date.parse(start ?? "");
  if (Number.isNaN(startMs)) return "";
  const endMs = end === undefined ? visit.nowMs : Date.parse(end);
  const seconds = Math.max(0, Math.round((endMs - startMs) / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return `${hours > 0 ? `${hours}h ` : ""}${hours > 0 || minutes > 0 ? `${minutes}m ` : ""}${seconds % 60}s`;
}

/** A refusal in words, for a part of a page. */
export function refusal({ messages }: Visit, status: Status): Markup {
  return html`<div class="problem" role="note"><p><strong>${problemTitle(messages.problems, status.code)}.</strong> ${status.code === 403 && messages.forbiddenHelp}</p>
<p>${messages.serverSays} <q>${status.message}</q></p></div>`;
}

/** A page for what could not be done. */
export function problemPage(visit: Visit, status: Status, signedIn?: SignedInVisit): Markup {
  const { messages } = visit;
  const title = problemTitle(messages.problems, status.code);
  return page(visit, {
    title,
    ...(signedIn === undefined ? {} : { signedIn }),
    content: html`<h1>${title}</h1>
${status.code === 403 && html`<p>${messages.forbiddenHelp}</p>`}
<p class="problem">${messages.serverSays} <q>${status.message}</q></p>
<p>${status.code === 401 ? html`<a href="/login">${messages.signIn}</a>` : html`<a href="${linkTo(visit, [])}">${messages.back}</a>`}</p>`,
  });
}

function problemTitle(problems: Visit["messages"]["problems"], code: number | undefined): string {
  switch (code) {
    case 401:
    case 403:
    case 404:
    case 409:
      return problems[code];
    default:
      return problems.other;
  }
}
