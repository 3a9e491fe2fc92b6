import { type JsonValue, member } from "../json/value.ts";

/** Longer names are none. */
const maxLength = 300;

/**
 * The repository that a payload is about, as its code host writes it: GitHub, Gitea and Bitbucket (`repository`), GitLab
 * (`project`), Bitbucket Data Center (project key and slug), image registries (`repository.repo_name`).
 */
export function repositoryOf(body: JsonValue): string | undefined {
  const repository = member(body, "repository");
  const project = member(body, "project");
  const slug = member(repository, "slug");
  const key = member(member(repository, "project"), "key");
  const names = [
    member(repository, "full_name"),
    member(project, "path_with_namespace"),
    typeof key === "string" && typeof slug === "string" ? `${key}/${slug}` : undefined,
    member(repository, "repo_name"),
    member(repository, "name"),
  ];
  return names.find((name): name is string => typeof name === "string" && name !== "" && name.length <= maxLength);
}
