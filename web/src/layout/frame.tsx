import { type ReactNode, useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { useLiveState } from "../api/live-changes.ts";
import { useSession, useSignOut } from "../api/session.ts";
import { useLinkTo, useNamespace } from "../link-to.ts";
import { languageNames, useLanguage, useMessages } from "../messages/messages-provider.tsx";
import { chooseTheme, chosenTheme, type Theme, themes } from "../theme.ts";

const sections = ["events", "runs"] as const;

/** What is around every page: the way to the others, the namespace, the account, and how the page looks. */
export function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const [path] = useLocation();
  const { userName, isReadOnly } = useSession();
  const signOut = useSignOut();
  return (
    <>
      <a className="skip" href="#content">
        {messages.skipToContent}
      </a>
      <header>
        <Link className="brand" href={linkTo([])}>
          {messages.title}
        </Link>
        <nav aria-label={messages.navigation}>
          <ul>
            <li>
              <Link href={linkTo([])} aria-current={path === "/" ? "page" : undefined}>
                {messages.overview}
              </Link>
            </li>
            {sections.map((section) => (
              <li key={section}>
                <Link href={linkTo([section])} aria-current={path.startsWith(`/${section}`) ? "page" : undefined}>
                  {messages[section]}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <NamespaceChoice />
        <div className="aside">
          <LiveControl />
          <Appearance />
          <span className="user" title={messages.signedInAs}>
            {userName}
          </span>
          <button type="button" className="quiet" onClick={() => void signOut()}>
            {messages.signOut}
          </button>
        </div>
      </header>
      {isReadOnly && <p className="banner">{messages.readOnly}</p>}
      <main id="content" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

function NamespaceChoice(): ReactNode {
  const messages = useMessages();
  const namespace = useNamespace();
  const [, setSearch] = useSearchParams();
  const [text, setText] = useState(namespace ?? "");
  return (
    <form
      className="namespace"
      onSubmit={(event) => {
        event.preventDefault();
        setSearch((search) => {
          if (text.trim() === "") search.delete("namespace");
          else search.set("namespace", text.trim());
          return search;
        });
      }}
    >
      <label htmlFor="namespace">{messages.namespace}</label>
      <input
        id="namespace"
        value={text}
        placeholder={messages.allNamespaces}
        size={16}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit">{messages.choose}</button>
    </form>
  );
}

function LiveControl(): ReactNode {
  const messages = useMessages();
  const { state, pause } = useLiveState();
  const isPaused = state === "paused";
  return (
    <>
      <span className={`status live-${state}`} role="status">
        {messages.liveStates[state]}
      </span>
      <button type="button" className="quiet" aria-pressed={isPaused} onClick={() => pause(!isPaused)}>
        {isPaused ? messages.resume : messages.pause}
      </button>
    </>
  );
}

function Appearance(): ReactNode {
  const { language, choose, messages } = useLanguage();
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  return (
    <>
      <select
        aria-label={messages.theme}
        value={theme}
        onChange={(event) => {
          const next = themes.find((candidate) => candidate === event.target.value) ?? "auto";
          setTheme(next);
          chooseTheme(next);
        }}
      >
        {themes.map((name) => (
          <option key={name} value={name}>
            {messages.themeNames[name]}
          </option>
        ))}
      </select>
      <select
        aria-label={messages.languageLabel}
        value={language}
        onChange={(event) => {
          const next = languageNames.find(({ code }) => code === event.target.value);
          if (next !== undefined) choose(next.code);
        }}
      >
        {languageNames.map(({ code, name }) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </>
  );
}
