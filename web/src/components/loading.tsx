import type { ReactNode } from "react";
import { useMessages } from "../messages/messages-provider.tsx";

export function Loading(): ReactNode {
  return (
    <p className="loading" role="status">
      {useMessages().loading}
    </p>
  );
}
