/** `GET /api/playground/requests/NS/ID`: a stored event as a request to edit. */
export interface PlaygroundRequestView {
  /** HTTP/1.1 text, without the headers that hold secrets. */
  readonly text: string;
  /** Whether the body is text; otherwise what is not UTF-8 is replaced. */
  readonly isText: boolean;
  readonly listener: string;
}
