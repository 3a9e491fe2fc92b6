import type { ReactNode } from "react";
import type { Finding } from "../../../../src/doctor/finding.ts";
import { useMessages } from "../../messages/messages-provider.tsx";

/** What was found, in the words of `tektite doctor`. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }): ReactNode {
  const { configurationPage } = useMessages();
  if (findings.length === 0) return null;
  return (
    <ul className="findings">
      {findings.map(({ level, check, message, hint }) => (
        <li key={`${check} ${message}`} className={level}>
          <span className="hidden">{configurationPage.levels[level]}: </span>
          <span lang="en">{message}</span>
          {hint !== undefined && (
            <div className="hint" lang="en">
              {hint}
            </div>
          )}
        </li>
      ))}
    </ul>
  );
}
