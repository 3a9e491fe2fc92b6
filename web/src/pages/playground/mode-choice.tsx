import type { ReactNode } from "react";
import { useMessages } from "../../messages/messages-provider.tsx";
import type { Draft } from "./use-playground.ts";

/** Whether triggers or an expression alone are tried. */
export function ModeChoice({
  mode,
  choose,
}: {
  readonly mode: Draft["mode"];
  readonly choose: (mode: Draft["mode"]) => void;
}): ReactNode {
  const { playgroundPage } = useMessages();
  return (
    <fieldset className="modes">
      <legend className="hidden">{playgroundPage.modeLabel}</legend>
      {(["manifests", "expression"] as const).map((each) => (
        <label key={each}>
          <input type="radio" name="mode" checked={mode === each} onChange={() => choose(each)} />
          <span>{playgroundPage.modes[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}
