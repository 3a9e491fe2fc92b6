import { html, type Markup } from "../html.ts";
import type { Visit } from "../visit.ts";
import { commands, page } from "./layout.ts";

/** Where one signs in with a token; `problem` is why the last attempt failed. */
export function loginPage(visit: Visit, options: { readonly next: string; readonly problem?: string }): Markup {
  const { messages } = visit;
  return page(visit, {
    title: messages.signIn,
    content: html`<div class="narrow"><h1>${messages.signIn}</h1>
${options.problem !== undefined && html`<p class="problem" role="alert">${options.problem}</p>`}
<form class="stack" method="post" action="/login">
<input type="hidden" name="next" value="${options.next}">
<label for="token">${messages.token}</label>
<input id="token" name="token" type="password" autocomplete="off" spellcheck="false" required autofocus aria-describedby="token-help">
<button class="primary">${messages.signIn}</button>
</form>
<p id="token-help">${messages.tokenHelp}</p>
${commands(["kubectl create token NAME --namespace NAMESPACE"])}</div>`,
  });
}

/**
 * After a one-time link. A page rather than a redirect: a cookie with SameSite=Strict would not go along with a redirect
 * that began on another site, such as a web mail or a web terminal.
 */
export function signedInPage(visit: Visit): Markup {
  const { messages } = visit;
  return page(visit, {
    title: messages.signIn,
    redirectTo: "/",
    content: html`<h1>${messages.signIn}</h1><p>${messages.signedIn} <a href="/">${messages.overview}</a></p>`,
  });
}
