import type { ReactNode } from "react";
import { useLiveState } from "../api/live-changes.ts";
import { useMessages } from "../messages/messages-provider.tsx";

/** Whether the page follows changes, and the button that lets it rest. */
export function LiveControl(): ReactNode {
  const messages = useMessages();
  const { state, pause } = useLiveState();
  const isPaused = state === "paused";
  return (
    <div className="live">
      <span className={`live-state live-${state}`} role="status">
        {messages.liveStates[state]}
      </span>
      <button type="button" className="quiet" aria-pressed={isPaused} onClick={() => pause(!isPaused)}>
        {isPaused ? messages.resume : messages.pause}
      </button>
    </div>
  );
}
