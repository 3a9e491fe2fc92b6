import { type JsonObject, type JsonValue, member, textMember } from "../../json/value.ts";
import { eventTypesParam } from "../event-types.ts";
import type { GoStruct } from "../go-struct.ts";
import { type SecretRef, secretRefOf, secretRefParam } from "../secret-ref.ts";

/** Adds the names of changed files to the extensions. */
export interface AddChangedFiles {
  readonly enabled: boolean;
  readonly personalAccessToken: SecretRef | undefined;
}

/** Lets pull requests and comments pass by who sent them. */
export interface Owners extends AddChangedFiles {
  /** Who may pass beside those in the OWNERS file: `orgMembers`, `repoMembers`, `all` or `none`. */
  readonly checkType: string;
}

/** How Tekton decodes the params of its github interceptor (spec: event processing, section 7). */
export const githubParamsType: GoStruct = {
  kind: "struct",
  name: "github.InterceptorParams",
  fields: {
    secretRef: secretRefParam,
    eventTypes: eventTypesParam,
    addChangedFiles: {
      kind: "struct",
      name: "github.AddChangedFiles",
      fields: { enabled: { kind: "bool" }, personalAccessToken: secretRefParam },
    },
    githubOwners: {
      kind: "struct",
      name: "github.Owners",
      fields: {
        enabled: { kind: "bool" },
        personalAccessToken: secretRefParam,
        checkType: { kind: "string", name: "github.CheckType" },
      },
    },
  },
};

export function addChangedFilesOf(params: JsonObject): AddChangedFiles {
  return featureOf(params["addChangedFiles"]);
}

export function ownersOf(params: JsonObject): Owners {
  const owners = params["githubOwners"];
  return { ...featureOf(owners), checkType: textMember(owners, "checkType") };
}

function featureOf(value: JsonValue | undefined): AddChangedFiles {
  return {
    enabled: member(value, "enabled") === true,
    personalAccessToken: secretRefOf(member(value, "personalAccessToken")),
  };
}
