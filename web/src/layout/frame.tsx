import { type ReactNode, useRef } from "react";
import { Link, useLocation } from "wouter";
import { useSession } from "../api/session.ts";
import { pageTitleId } from "../components/page-title.tsx";
import { useLinkTo } from "../link-to.ts";
import { useMessages } from "../messages/messages-provider.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { LiveControl } from "./live-control.tsx";
import { NamespaceChoice } from "./namespace-choice.tsx";
import { useFocusOnNavigation } from "./use-focus-on-navigation.ts";
import "./frame.css";

const sections = ["events", "runs", "configuration", "playground"] as const;

/** What is around every page: the way to the others, the namespace, the account, and whether the page is live. */
export function Frame({ children }: { readonly children: ReactNode }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const [path] = useLocation();
  const { isReadOnly } = useSession();
  const content = useRef<HTMLElement>(null);
  useFocusOnNavigation(content);
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
                <Link href={linkTo([section])} aria-current={currentOf(path, section)}>
                  {messages[section]}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="aside">
          <NamespaceChoice />
          <LiveControl />
          <AccountMenu />
        </div>
      </header>
      {isReadOnly && <p className="banner">{messages.readOnly}</p>}
      <main id="content" ref={content} tabIndex={-1} aria-labelledby={pageTitleId}>
        {children}
      </main>
    </>
  );
}

/** `page` for the section itself, `true` for a page below it. */
function currentOf(path: string, section: string): "page" | "true" | undefined {
  if (path === `/${section}`) return "page";
  return path.startsWith(`/${section}/`) ? "true" : undefined;
}
