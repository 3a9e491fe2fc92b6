import { type ReactNode, useRef } from "react";
import { Redirect, Route, Switch, useLocation, useSearchParams } from "wouter";
import { useLiveChanges } from "./api/live-changes.ts";
import { useSessionQuery } from "./api/session.ts";
import { Loading } from "./components/loading.tsx";
import { Problem } from "./components/problem.tsx";
import { Frame } from "./layout/frame.tsx";
import { PageErrorBoundary } from "./layout/page-error-boundary.tsx";
import { useNamespace } from "./link-to.ts";
import { loadLater } from "./load-later.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { OverviewPage } from "./pages/overview/overview-page.tsx";
import { SignInPage } from "./pages/sign-in-page.tsx";

const EventsPage = loadLater(async () => (await import("./pages/events/events-page.tsx")).EventsPage);
const EventPage = loadLater(async () => (await import("./pages/events/event-page.tsx")).EventPage);
const RunsPage = loadLater(async () => (await import("./pages/runs/runs-page.tsx")).RunsPage);
const RunPage = loadLater(async () => (await import("./pages/runs/run-page.tsx")).RunPage);
const LogPage = loadLater(async () => (await import("./pages/runs/logs/log-page.tsx")).LogPage);

const PlaygroundPage = loadLater(async () => (await import("./pages/playground/playground-page.tsx")).PlaygroundPage);
const ConfigurationPage = loadLater(
  async () => (await import("./pages/configuration/configuration-page.tsx")).ConfigurationPage,
);
const ListenerPage = loadLater(async () => (await import("./pages/configuration/listener-page.tsx")).ListenerPage);

/** The page: signing in first, then what the path names. */
export function App(): ReactNode {
  const session = useSessionQuery();
  const wasSignedIn = useRef(false);
  const [path] = useLocation();
  const [search] = useSearchParams();
  if (session.isPending) return <Loading />;
  if (session.data === undefined) return <Problem error={session.error} />;
  // A one-time link signs in anew, whoever is signed in.
  const isLink = path === "/login" && search.has("ticket");
  if (session.data === null || isLink) return <SignInPage hasEnded={wasSignedIn.current} />;
  wasSignedIn.current = true;
  return <SignedIn key={session.data.csrfToken} />;
}

function SignedIn(): ReactNode {
  useLiveChanges(useNamespace());
  const [path] = useLocation();
  return (
    <Frame>
      <PageErrorBoundary key={path}>
        <Switch>
          <Route path="/" component={OverviewPage} />
          <Route path="/login">
            <Redirect to="/" replace />
          </Route>
          <Route path="/events" component={EventsPage} />
          <Route path="/events/:namespace/:id">{(key) => <EventPage {...key} key={key.id} />}</Route>
          <Route path="/runs" component={RunsPage} />
          <Route path="/runs/:kind/:namespace/:name">
            {(key) => <RunPage {...key} key={`${key.kind}/${key.namespace}/${key.name}`} />}
          </Route>
          <Route path="/runs/:kind/:namespace/:name/logs">
            {(key) => <LogPage {...key} key={`${key.kind}/${key.namespace}/${key.name}`} />}
          </Route>
          <Route path="/playground" component={PlaygroundPage} />
          <Route path="/configuration" component={ConfigurationPage} />
          <Route path="/configuration/:namespace/:name">
            {(key) => <ListenerPage {...key} key={`${key.namespace}/${key.name}`} />}
          </Route>
          <Route>
            <NotFoundPage />
          </Route>
        </Switch>
      </PageErrorBoundary>
    </Frame>
  );
}
