import { type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import { isActive } from "../../../../src/dashboard/run-model.ts";
import type { RunDetail } from "../../../../src/dashboard/views/run-view.ts";
import { apiPath, postJson } from "../../api/fetch-json.ts";
import { usePermission } from "../../api/queries.ts";
import { useSession } from "../../api/session.ts";
import { ConfirmButton } from "../../components/confirm-button.tsx";
import { useLinkTo } from "../../link-to.ts";
import { useMessages } from "../../messages/messages-provider.tsx";

/** What can be done with a run; what cannot says why. */
export function RunActions({ run }: { readonly run: RunDetail }): ReactNode {
  return (
    <div className="run-actions">
      <CancelButton run={run} />
      <RerunButton run={run} />
    </div>
  );
}

const modes = ["cancel", "cancel-finally", "stop-finally"] as const;

function CancelButton({ run }: { readonly run: RunDetail }): ReactNode {
  const messages = useMessages();
  const { csrfToken } = useSession();
  const [mode, setMode] = useState<(typeof modes)[number]>("cancel");
  const refusal = useRefusal("patch", run);
  const { kind, namespace, name } = run;
  return (
    <ConfirmButton
      label={messages.cancel}
      explanation={kind === "taskruns" ? messages.runPage.cancelTask : messages.runPage.cancelHelp}
      refusal={refusal ?? (isActive(run) ? undefined : messages.hasEnded)}
      action={async () => {
        await postJson(apiPath(["runs", kind, namespace, name, "cancel"]), { mode }, { csrfToken });
      }}
    >
      {kind === "pipelineruns" && (
        <fieldset className="choices">
          <legend className="hidden">{messages.runPage.cancelMode}</legend>
          {modes.map((option) => (
            <label key={option}>
              <input type="radio" name="mode" checked={mode === option} onChange={() => setMode(option)} />
              {messages.cancelModes[option]}
            </label>
          ))}
        </fieldset>
      )}
    </ConfirmButton>
  );
}

function RerunButton({ run }: { readonly run: RunDetail }): ReactNode {
  const messages = useMessages();
  const linkTo = useLinkTo();
  const [, navigate] = useLocation();
  const { csrfToken } = useSession();
  const refusal = useRefusal("create", run);
  const { kind, namespace, name } = run;
  return (
    <ConfirmButton
      label={messages.rerun}
      explanation={messages.runPage.rerunHelp}
      refusal={refusal ?? (run.pipelineRun === undefined ? undefined : messages.isOfPipeline)}
      action={async () => {
        const path = apiPath(["runs", kind, namespace, name, "rerun"]);
        const started = await postJson<{ readonly name: string }>(path, {}, { csrfToken });
        navigate(linkTo(["runs", kind, namespace, started.name]));
      }}
    />
  );
}

/** Why the account may not change runs, or nobody may here. */
function useRefusal(verb: "create" | "patch", { kind, namespace }: RunDetail): string | undefined {
  const messages = useMessages();
  const { isReadOnly } = useSession();
  const { data } = usePermission(verb, `${kind}.tekton.dev`, namespace);
  if (isReadOnly) return messages.readOnly;
  return data?.isAllowed === false ? messages.notAllowed(data.missing) : undefined;
}
