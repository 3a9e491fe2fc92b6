/** Names of gRPC codes as Go prints them, by number. */
const names = [
  "OK",
  "Canceled",
  "Unknown",
  "InvalidArgument",
  "DeadlineExceeded",
  "NotFound",
  "AlreadyExists",
  "PermissionDenied",
  "ResourceExhausted",
  "FailedPrecondition",
  "Aborted",
  "OutOfRange",
  "Unimplemented",
  "Internal",
  "Unavailable",
  "DataLoss",
  "Unauthenticated",
] as const;

/** A gRPC status as Go prints it: `rpc error: code = NotFound desc = no such thing`. */
export function printGrpcStatus(code: number, message: string): string {
  return `rpc error: code = ${names[code] ?? `Code(${code})`} desc = ${message}`;
}
