/** A Kubernetes event about an object. */
export interface ObjectEvent {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly lastSeenAt: string | undefined;
  /** The component that tells it. */
  readonly source: string;
}
