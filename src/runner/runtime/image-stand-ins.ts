import { chmodSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlannedContainer } from "../pod-plan.ts";
import { ContainerView, cleanPath, type ViewMount } from "./container-view.ts";
import { gitInitScript } from "./git-init-script.ts";

/**
 * Where images are not used: what common ones bring along and no machine has. The home that the environment names is
 * the container's private one, and `/ko-app/git-init` of the catalog's git-clone task is played by this machine's git.
 */
export function withStandIns(
  view: ContainerView,
  container: PlannedContainer,
  places: { readonly homeFolder: string; readonly programsFolder: string },
): ContainerView {
  const more: ViewMount[] = [];
  const isFree = (path: string) =>
    view.find(path) === undefined && lstatSync(path, { throwIfNoEntry: false }) === undefined;
  const home = container.env.findLast(({ name }) => name === "HOME")?.value;
  if (home?.startsWith("/") === true && isFree(cleanPath(home))) {
    more.push({ path: cleanPath(home), hostPath: places.homeFolder, readOnly: false, isFile: false, kind: "pod" });
  }
  if (/\/git-init(?:[:@]|$)/.test(container.image) && isFree("/ko-app")) {
    mkdirSync(places.programsFolder, { recursive: true });
    const program = join(places.programsFolder, "git-init");
    writeFileSync(program, gitInitScript);
    chmodSync(program, 0o755);
    more.push({ path: "/ko-app", hostPath: places.programsFolder, readOnly: true, isFile: false, kind: "pod" });
  }
  return more.length === 0 ? view : new ContainerView([...view.mounts, ...more]);
}
