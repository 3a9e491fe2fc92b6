import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { isRefused } from "./api/problem.ts";
import { noteEndedSession } from "./api/session.ts";
import { App } from "./app.tsx";
import { MessagesProvider } from "./messages/messages-provider.tsx";
import "./styles/base.css";
import { applyTheme } from "./theme.ts";

applyTheme();
const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => noteEndedSession(queryClient, error) }),
  defaultOptions: {
    queries: {
      // The change stream says when something is out of date.
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (failures, error) => !isRefused(error) && failures < 3,
    },
  },
});
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MessagesProvider>
        <App />
      </MessagesProvider>
    </QueryClientProvider>
  </StrictMode>,
);
