import { ChangeFeed } from "./change-feed.ts";
import type { Session } from "./sessions.ts";

const keptMs = 60_000;
const maxFeedsOfSession = 16;

interface Entry {
  readonly feed: ChangeFeed;
  readonly end: AbortController;
  timer: NodeJS.Timeout | undefined;
}

/** The feeds that are followed, one for each session and namespace; a feed outlives its last follower by a minute. */
export class ChangeFeeds {
  readonly #bySession = new Map<string, Map<string, Entry>>();

  /** The feed, begun when there is none; call `release` when the follower has gone. */
  take(session: Session, namespace: string | undefined): { readonly feed: ChangeFeed; readonly release: () => void } {
    const feeds = this.#bySession.get(session.id) ?? this.#newSession(session);
    const key = namespace ?? "";
    const entry = feeds.get(key) ?? begin(session, namespace);
    feeds.set(key, entry);
    clearTimeout(entry.timer);
    const oldest = [...feeds].find(([other, { feed }]) => other !== key && feed.followerCount === 0);
    if (feeds.size > maxFeedsOfSession && oldest !== undefined) {
      oldest[1].end.abort();
      clearTimeout(oldest[1].timer);
      feeds.delete(oldest[0]);
    }
    const release = () => {
      if (entry.feed.followerCount > 0 || session.ended.aborted) return;
      clearTimeout(entry.timer);
      entry.timer = setTimeout(() => {
        entry.end.abort();
        feeds.delete(key);
      }, keptMs).unref();
    };
    return { feed: entry.feed, release };
  }

  /** The feed that is followed already. */
  find(session: Session, namespace: string | undefined): ChangeFeed | undefined {
    return this.#bySession.get(session.id)?.get(namespace ?? "")?.feed;
  }

  #newSession(session: Session): Map<string, Entry> {
    const feeds = new Map<string, Entry>();
    this.#bySession.set(session.id, feeds);
    session.ended.addEventListener("abort", () => {
      for (const { end, timer } of feeds.values()) {
        end.abort();
        clearTimeout(timer);
      }
      this.#bySession.delete(session.id);
    });
    return feeds;
  }
}

function begin(session: Session, namespace: string | undefined): Entry {
  const end = new AbortController();
  const feed = new ChangeFeed(session.client, namespace);
  feed.start(end.signal);
  return { feed, end, timer: undefined };
}
