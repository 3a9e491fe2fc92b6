import type { ReactNode } from "react";
import { Link } from "wouter";
import { useLinkTo } from "../link-to.ts";
import { useMessages } from "../messages/messages-provider.tsx";

export function NotFoundPage(): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  return (
    <>
      <h1>{messages.problems[404]}</h1>
      <p>
        <Link href={linkTo([])}>{messages.back}</Link>
      </p>
    </>
  );
}
