import { equal } from "node:assert/strict";
import { test } from "node:test";
import { repositoryOf } from "./event-repository.ts";

const vectors = [
  { name: "GitHub and Gitea", body: { repository: { full_name: "acme/shop", name: "shop" } }, want: "acme/shop" },
  {
    name: "GitLab",
    body: { project: { path_with_namespace: "acme/shop" }, repository: { name: "shop" } },
    want: "acme/shop",
  },
  {
    name: "Bitbucket Data Center",
    body: { repository: { slug: "shop", project: { key: "ACME" } } },
    want: "ACME/shop",
  },
  { name: "a registry", body: { repository: { repo_name: "acme/image", name: "image" } }, want: "acme/image" },
  { name: "the name alone", body: { repository: { name: "shop" } }, want: "shop" },
  { name: "no text", body: { repository: { full_name: 7 } }, want: undefined },
  { name: "nothing", body: null, want: undefined },
  { name: "a very long name", body: { repository: { name: "x".repeat(301) } }, want: undefined },
];

for (const { name, body, want } of vectors) test(`repository: ${name}`, () => equal(repositoryOf(body), want));
