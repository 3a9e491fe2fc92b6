import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useSearchParams } from "wouter";
import { ProblemError } from "../api/problem.ts";
import { useSignIn } from "../api/session.ts";
import { Commands } from "../components/commands.tsx";
import { Problem } from "../components/problem.tsx";
import { useMessages } from "../messages/messages-provider.tsx";

/** Signs in with the ticket of a one-time link, or with a token. */
export function SignInPage(): ReactNode {
  const messages = useMessages();
  const signIn = useSignIn();
  const [search, setSearch] = useSearchParams();
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState<unknown>(undefined);
  const ticket = search.get("ticket");
  const tried = useRef(false);

  useEffect(() => {
    if (ticket === null || tried.current) return;
    tried.current = true;
    // A used ticket must not stay in the history.
    history.replaceState(null, "", "/");
    signIn({ ticket }).catch((error: unknown) => {
      setProblem(error);
      setSearch((current) => current);
    });
  }, [ticket, signIn, setSearch]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    signIn({ token }).catch(setProblem);
  };
  const isWrong = problem instanceof ProblemError && problem.code === 401;
  return (
    <main className="narrow">
      <h1>{messages.title}</h1>
      {isWrong ? (
        <div className="problem" role="alert">
          <p>{tried.current && token === "" ? messages.usedTicket : messages.wrongToken}</p>
        </div>
      ) : (
        problem !== undefined && <Problem error={problem} />
      )}
      <form className="stack" onSubmit={submit}>
        <label htmlFor="token">{messages.token}</label>
        <input
          id="token"
          type="password"
          autoComplete="off"
          required
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit" className="primary">
          {messages.signIn}
        </button>
      </form>
      <p className="muted">{messages.tokenHelp}</p>
      <Commands lines={["kubectl create token NAME --namespace NAMESPACE"]} />
    </main>
  );
}
