import { type ReactNode, useRef } from "react";
import { useSession, useSignOut } from "../api/session.ts";
import { useMessages } from "../messages/messages-provider.tsx";
import { Appearance } from "./appearance.tsx";

/** Who is signed in; opens to the looks of the page and the way out. */
export function AccountMenu(): ReactNode {
  const messages = useMessages();
  const { userName } = useSession();
  const signOut = useSignOut();
  const menu = useRef<HTMLDetailsElement>(null);
  const summary = useRef<HTMLElement>(null);
  return (
    <details
      ref={menu}
      className="account"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || menu.current === null) return;
        menu.current.open = false;
        summary.current?.focus();
      }}
      onBlur={(event) => {
        // The keyboard or a click has gone elsewhere.
        if (menu.current !== null && event.relatedTarget !== null && !menu.current.contains(event.relatedTarget)) {
          menu.current.open = false;
        }
      }}
    >
      <summary ref={summary}>
        <span className="hidden">{messages.account}: </span>
        <span className="user">{userName}</span>
      </summary>
      <div className="panel">
        <p>
          <span className="muted">{messages.signedInAs}</span>
          <br />
          <b className="whole-name">{userName}</b>
        </p>
        <Appearance />
        <button type="button" onClick={() => void signOut()}>
          {messages.signOut}
        </button>
      </div>
    </details>
  );
}
