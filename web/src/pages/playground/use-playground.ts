import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { PlaygroundAnswer } from "../../../../src/offline/playground.ts";
import { apiPath, postJson } from "../../api/fetch-json.ts";
import { useSession } from "../../api/session.ts";

/** What somebody tries. */
export interface Draft {
  readonly request: string;
  readonly mode: "manifests" | "expression";
  readonly manifests: string;
  readonly expression: string;
}

/** How long somebody types without an answer being asked for, in milliseconds. */
const typingMs = 200;

/** What the server makes of a draft; while somebody types, of the draft before. */
export function usePlayground(draft: Draft, namespace: string | undefined): UseQueryResult<PlaygroundAnswer> {
  const { csrfToken } = useSession();
  const settled = useSettled(draft, typingMs);
  const { request, mode } = settled;
  return useQuery({
    queryKey: ["playground", namespace, mode, request, settled[mode]],
    queryFn: ({ signal }) =>
      postJson<PlaygroundAnswer>(
        apiPath(["playground"]),
        { request, [mode]: settled[mode], namespace },
        { csrfToken, signal },
      ),
    placeholderData: keepPreviousData,
    retry: false,
    gcTime: 30_000,
  });
}

/** The value once it has not changed for that long. */
function useSettled<T>(value: T, ms: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
