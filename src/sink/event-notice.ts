import type { EventHeader } from "../triggers/trigger-event.ts";

/** What a listener tells the outside about an event's way (spec: event processing, sections 9 and 10). */
export type NoticeKind = "started" | "successful" | "done" | "failed";

/** One moment of an event's way. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly eventId: string;
  readonly listener: { readonly namespace: string; readonly name: string; readonly uid: string };
  /** Before the EventListener was looked up, so that its uid is not known. */
  readonly isEarly: boolean;
  /** The error of `failed`, else empty. */
  readonly message: string;
  /** Headers of the request, for notices that carry them. */
  readonly header?: EventHeader;
}

/** Passes notices on. It never fails and never keeps the caller waiting. */
export interface NoticeReceiver {
  notify(notice: Notice): void;
}

/** The type under which a notice travels. */
export function noticeType(kind: NoticeKind): string {
  return `dev.tekton.event.triggers.${kind}.v1`;
}
