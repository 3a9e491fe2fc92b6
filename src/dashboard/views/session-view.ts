/** Who is signed in, and what the dashboard itself allows. */
export interface SessionView {
  /** As the API server names the account. */
  readonly userName: string;
  /** Goes along with every POST as the header `x-csrf-token`. */
  readonly csrfToken: string;
  readonly isReadOnly: boolean;
  /** Base URL of the shared webhook address, where the dashboard knows one. */
  readonly webhooks: string | undefined;
}
