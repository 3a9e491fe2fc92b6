import type { K8sObject } from "../../api/object.ts";
import type { RunKind } from "../run-model.ts";
import type { DoctorView } from "./configuration-view.ts";
import type { EventPage, EventRecord, EventView, FullEventPage, TestCaseView } from "./event-view.ts";
import type { ListenerDetail, ListenerSummary } from "./listener-view.ts";
import type { ObjectEvent } from "./object-event.ts";
import type { LogRecord } from "./run-log.ts";
import type { RunDetail, RunList } from "./run-view.ts";

/** What endpoints answer that commands ask with GET, by their path and what is always in the query. */
export interface JsonViews {
  readonly doctor: DoctorView;
  readonly events: EventPage;
  readonly "events?view=full": FullEventPage;
  readonly "events/:namespace/:id": EventView;
  readonly "events/:namespace/:id?view=full": K8sObject;
  readonly "events/:namespace/:id/test": TestCaseView;
  readonly listeners: { readonly items: readonly ListenerSummary[] };
  readonly "listeners/:namespace/:name": ListenerDetail;
  readonly "listeners/:namespace/:name/events": { readonly items: readonly ObjectEvent[] };
  readonly runs: RunList;
  readonly "runs?view=full": { readonly items: readonly K8sObject[] };
  readonly "runs/:kind/:namespace/:name": RunDetail;
  readonly "runs/:kind/:namespace/:name?view=full": K8sObject;
  readonly "runs/:kind/:namespace/:name/events": { readonly items: readonly ObjectEvent[] };
}

/** Endpoints that answer text. */
export type TextEndpoint = "events/:namespace/:id/body" | "events/:namespace/:id/request";

/** What endpoints tell as it comes. */
export interface RecordViews {
  readonly "events?follow=true": EventRecord;
  readonly "runs/:kind/:namespace/:name/logs?format=json": LogRecord;
}

/** What endpoints answer to a POST. */
export interface PostViews {
  readonly "events/:namespace/:id/replay": { readonly namespace: string; readonly id: string };
  readonly "runs/:kind/:namespace/:name/cancel": {
    readonly kind: RunKind;
    readonly namespace: string;
    readonly name: string;
  };
}
