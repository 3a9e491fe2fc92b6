import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation, useSearchParams } from "wouter";
import { ProblemError } from "../api/problem.ts";
import { useSignIn } from "../api/session.ts";
import { Commands } from "../components/commands.tsx";
import { PageTitle, pageTitleId } from "../components/page-title.tsx";
import { Problem } from "../components/problem.tsx";
import { Appearance } from "../layout/appearance.tsx";
import { useMessages } from "../messages/messages-provider.tsx";
import "./sign-in-page.css";

/** Signs in with the ticket of a one-time link, or with a token; the address stays, so that one comes back to it. */
export function SignInPage({ hasEnded }: { readonly hasEnded: boolean }): ReactNode {
  const messages = useMessages();
  const signIn = useSignIn();
  const [token, setToken] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(undefined);
  const ticketProblem = useTicket();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    setBusy(true);
    try {
      await signIn({ token });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="sign-in" aria-labelledby={pageTitleId}>
      <p className="brand">{messages.title}</p>
      <PageTitle kind={messages.signIn} />
      {hasEnded && problem === undefined && (
        <p className="note" role="status">
          {messages.sessionEnded}
        </p>
      )}
      {problem === undefined && ticketProblem !== undefined && (
        <Refusal error={ticketProblem} wrong={messages.usedTicket} />
      )}
      {problem !== undefined && <Refusal error={problem} wrong={messages.wrongToken} />}
      <form className="stack" onSubmit={(event) => void submit(event)}>
        <label htmlFor="token">{messages.token}</label>
        <input
          id="token"
          ref={field}
          type="password"
          autoComplete="off"
          required
          aria-describedby="token-help"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit" className="primary" disabled={isBusy}>
          {messages.signIn}
        </button>
      </form>
      <p className="muted" id="token-help">
        {messages.tokenHelp}
      </p>
      <Commands lines={["kubectl create token NAME --namespace NAMESPACE"]} />
      <p className="muted">{messages.linkHelp}</p>
      <Appearance />
    </main>
  );
}

/** Why signing in was refused; `wrong` says what 401 means here. */
function Refusal({ error, wrong }: { readonly error: unknown; readonly wrong: string }): ReactNode {
  if (!(error instanceof ProblemError && error.code === 401)) return <Problem error={error} />;
  return (
    <div className="problem" role="alert">
      <p>{wrong}</p>
    </div>
  );
}

/** Signs in with the address's ticket, if it has one, and gives back why that failed. */
function useTicket(): unknown {
  const signIn = useSignIn();
  const [path, navigate] = useLocation();
  const [search] = useSearchParams();
  const [problem, setProblem] = useState<unknown>(undefined);
  const ticket = path === "/login" ? search.get("ticket") : null;
  const tried = useRef<string | null>(null);
  useEffect(() => {
    if (ticket === null || tried.current === ticket) return;
    tried.current = ticket;
    signIn({ ticket })
      .catch(setProblem)
      // A used ticket must not stay in the history.
      .finally(() => navigate("/", { replace: true }));
  }, [ticket, signIn, navigate]);
  return problem;
}
