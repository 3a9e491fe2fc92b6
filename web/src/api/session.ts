import { type QueryClient, type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SessionView } from "../../../src/dashboard/views/session-view.ts";
import { apiPath, getJson, postJson } from "./fetch-json.ts";
import { ProblemError } from "./problem.ts";

const sessionKey = ["session"];

/** Who is signed in; null: nobody. */
export function useSessionQuery(): UseQueryResult<SessionView | null> {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async ({ signal }) => {
      try {
        return await getJson<SessionView>(apiPath(["session"]), signal);
      } catch (error) {
        if (error instanceof ProblemError && error.code === 401) return null;
        throw error;
      }
    },
  });
}

/** The session of a page that is only shown to those who have signed in. */
export function useSession(): SessionView {
  const { data } = useSessionQuery();
  if (data === undefined || data === null) throw new Error("a page for visitors who have signed in is shown to others");
  return data;
}

/** Signs in with a one-time ticket or a bearer token. Throws a `ProblemError`. */
export function useSignIn(): (
  credential: { readonly ticket: string } | { readonly token: string },
) => Promise<SessionView> {
  const queries = useQueryClient();
  return async (credential) => {
    const session = await postJson<SessionView>(apiPath(["sign-in"]), credential);
    // What another account was shown is none of this one's.
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    queries.setQueryData(sessionKey, session);
    return session;
  };
}

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  const { csrfToken } = useSession();
  return async () => {
    try {
      await postJson(apiPath(["sign-out"]), {}, { csrfToken });
    } catch (error) {
      // It had ended already.
      if (!(error instanceof ProblemError && error.code === 401)) throw error;
    }
    queries.setQueryData(sessionKey, null);
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  };
}

/** Takes note of a session that has ended, when an endpoint says so. */
export function noteEndedSession(queries: QueryClient, error: unknown): void {
  if (error instanceof ProblemError && error.code === 401) queries.setQueryData(sessionKey, null);
}
