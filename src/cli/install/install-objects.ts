import type { K8sObject } from "../../api/object.ts";
import { shippedSettings } from "../../api/triggers/shipped-settings.ts";
import { controllerObjects, interceptorsObjects, sharedSinkObjects, webhookObjects } from "./components.ts";
import { definitions } from "./definitions.ts";
import { type InstallOptions, installed } from "./install-options.ts";
import {
  accounts,
  controllerPermissions,
  interceptorsPermissions,
  listenerRoles,
  serviceAccount,
  sharedSinkPermissions,
  userRoles,
  webhookPermissions,
} from "./permissions.ts";

/** The ConfigMaps of the components. */
function settings({ namespace, version }: InstallOptions): readonly K8sObject[] {
  const maps = {
    ...shippedSettings(version),
    "config-leader-election-triggers-controller": {},
    "config-leader-election-triggers-webhook": {},
  };
  // kubectl would find an empty `data` changed at every apply, as API servers do not keep it.
  return Object.entries(maps).map(([name, data]) =>
    installed("v1", "ConfigMap", name, { namespace, ...(Object.keys(data).length > 0 && { data }) }),
  );
}

/** Everything of an installation, in the order in which it is to be applied. Its namespace must exist. */
export function installObjects(options: InstallOptions): readonly K8sObject[] {
  const { namespace, version, mode } = options;
  switch (mode) {
    case "full":
      return [
        ...definitions(version),
        ...[accounts.controller, accounts.webhook, accounts.interceptors].map((name) =>
          serviceAccount(namespace, name),
        ),
        ...controllerPermissions(namespace),
        ...webhookPermissions(namespace),
        ...interceptorsPermissions(namespace),
        ...listenerRoles(),
        ...userRoles(namespace),
        ...settings(options),
        ...controllerObjects(options),
        ...webhookObjects(options),
        ...interceptorsObjects(options),
      ];
    case "sink-only":
      return listenerRoles();
    case "shared":
      return [
        ...definitions(version),
        ...[accounts.webhook, accounts.sharedSink].map((name) => serviceAccount(namespace, name)),
        ...webhookPermissions(namespace),
        ...sharedSinkPermissions(namespace, options.served),
        ...listenerRoles(),
        ...userRoles(namespace),
        ...settings(options),
        ...webhookObjects(options),
        ...sharedSinkObjects(options),
      ];
    default:
      return mode satisfies never;
  }
}
