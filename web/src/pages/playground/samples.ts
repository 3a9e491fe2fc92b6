/** A request as a code host sends it, cut short, and an EventListener that takes it. */
export interface Sample {
  readonly id: string;
  /** The host's own name and words: they are the same in every language. */
  readonly name: string;
  readonly request: string;
  readonly manifests: string;
}

interface SampleParts {
  readonly id: string;
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** Core interceptor, and the event types that it lets pass. */
  readonly interceptor?: { readonly name: string; readonly eventTypes?: readonly string[] };
  readonly filter: string;
  /** Params and where in the event they come from. */
  readonly bindings: Readonly<Record<string, string>>;
}

const sha = "5f0c9d7e3b2a41c8d6e7f80912ab34cd56ef7890";
const author = { name: "Min-jun Park", email: "minjun@example.com" };
const commit = { id: sha, message: "Show prices with tax", timestamp: "2026-03-14T09:26:53Z", author };

const parts: readonly SampleParts[] = [
  {
    id: "github-push",
    name: "GitHub: push",
    headers: { "X-GitHub-Event": "push", "X-GitHub-Delivery": "3e1f0c52-8a6d-4c1b-9f27-6d2b8e0a7c11" },
    body: {
      ref: "refs/heads/main",
      before: "0d1c2b3a49586776655443322110ffeeddccbbaa",
      after: sha,
      repository: { id: 4711, full_name: "acme/shop", clone_url: "https://github.com/acme/shop.git" },
      pusher: { name: "minjun" },
      head_commit: { ...commit, added: [], modified: ["src/price.ts"], removed: [] },
    },
    interceptor: { name: "github", eventTypes: ["push"] },
    filter: "body.ref == 'refs/heads/main'",
    bindings: { url: "$(body.repository.clone_url)", revision: "$(body.after)" },
  },
  {
    id: "github-pull-request",
    name: "GitHub: pull_request",
    headers: { "X-GitHub-Event": "pull_request", "X-GitHub-Delivery": "b7a1c9d0-52f4-41a8-8f3e-0a9d3c7e6b22" },
    body: {
      action: "synchronize",
      number: 128,
      pull_request: {
        title: "Show prices with tax",
        draft: false,
        head: { ref: "tax", sha },
        base: { ref: "main" },
      },
      repository: { full_name: "acme/shop", clone_url: "https://github.com/acme/shop.git" },
    },
    interceptor: { name: "github", eventTypes: ["pull_request"] },
    filter: "body.action in ['opened', 'synchronize'] && !body.pull_request.draft",
    bindings: { url: "$(body.repository.clone_url)", revision: "$(body.pull_request.head.sha)" },
  },
  {
    id: "gitlab-push",
    name: "GitLab: Push Hook",
    headers: { "X-Gitlab-Event": "Push Hook", "X-Gitlab-Event-UUID": "9f1d2c3b-7a60-4e5f-8d9c-1b2a3c4d5e6f" },
    body: {
      object_kind: "push",
      ref: "refs/heads/main",
      checkout_sha: sha,
      user_username: "minjun",
      project: { path_with_namespace: "acme/shop", git_http_url: "https://gitlab.com/acme/shop.git" },
      commits: [commit],
    },
    interceptor: { name: "gitlab", eventTypes: ["Push Hook"] },
    filter: "body.ref == 'refs/heads/main'",
    bindings: { url: "$(body.project.git_http_url)", revision: "$(body.checkout_sha)" },
  },
  {
    id: "gitlab-merge-request",
    name: "GitLab: Merge Request Hook",
    headers: { "X-Gitlab-Event": "Merge Request Hook" },
    body: {
      object_kind: "merge_request",
      project: { path_with_namespace: "acme/shop", git_http_url: "https://gitlab.com/acme/shop.git" },
      object_attributes: {
        iid: 31,
        action: "open",
        source_branch: "tax",
        target_branch: "main",
        last_commit: { id: sha },
      },
    },
    interceptor: { name: "gitlab", eventTypes: ["Merge Request Hook"] },
    filter: "body.object_attributes.action in ['open', 'reopen', 'update']",
    bindings: { url: "$(body.project.git_http_url)", revision: "$(body.object_attributes.last_commit.id)" },
  },
  {
    id: "gitea-push",
    name: "Gitea, Forgejo: push",
    headers: { "X-Gitea-Event": "push", "X-Gitea-Delivery": "4c6e8a0b-2d4f-4681-93a5-b7c9d1e3f507" },
    body: {
      ref: "refs/heads/main",
      after: sha,
      repository: { full_name: "acme/site", clone_url: "https://git.example.com/acme/site.git" },
      commits: [{ ...commit, added: ["site/new.html"], modified: [], removed: [] }],
    },
    interceptor: { name: "gitea", eventTypes: ["push"] },
    filter: "body.ref.startsWith('refs/heads/')",
    bindings: { url: "$(body.repository.clone_url)", revision: "$(body.after)" },
  },
  {
    id: "bitbucket-cloud-push",
    name: "Bitbucket Cloud: repo:push",
    headers: { "X-Event-Key": "repo:push", "X-Request-UUID": "c0ffee12-3456-4789-abcd-ef0123456789" },
    body: {
      repository: { full_name: "acme/shop", links: { html: { href: "https://bitbucket.org/acme/shop" } } },
      push: { changes: [{ new: { type: "branch", name: "main", target: { hash: sha } } }] },
    },
    interceptor: { name: "bitbucket", eventTypes: ["repo:push"] },
    filter: "body.push.changes[0].new.name == 'main'",
    bindings: { url: "$(body.repository.links.html.href)", revision: "$(body.push.changes[0].new.target.hash)" },
  },
  {
    id: "bitbucket-server-push",
    name: "Bitbucket Data Center: repo:refs_changed",
    headers: { "X-Event-Key": "repo:refs_changed" },
    body: {
      eventKey: "repo:refs_changed",
      repository: { slug: "shop", project: { key: "ACME" } },
      changes: [{ ref: { id: "refs/heads/main", displayId: "main" }, toHash: sha, type: "UPDATE" }],
    },
    interceptor: { name: "bitbucket", eventTypes: ["repo:refs_changed"] },
    filter: "body.changes[0].ref.displayId == 'main'",
    bindings: { repository: "$(body.repository.slug)", revision: "$(body.changes[0].toHash)" },
  },
  {
    id: "plain",
    name: "JSON",
    headers: {},
    body: { image: "registry.example.com/acme/shop", tag: "1.8.0", environment: "staging" },
    filter: "body.environment in ['staging', 'production']",
    bindings: { image: "$(body.image):$(body.tag)" },
  },
];

/** Slack sends forms, which reach bindings through its interceptor. */
const slack: Sample = {
  id: "slack-command",
  name: "Slack: slash command",
  request: [
    "POST / HTTP/1.1",
    "Content-Type: application/x-www-form-urlencoded",
    "X-Slack-Request-Timestamp: 1773480413",
    "X-Slack-Signature: v0=6bd0c4f1",
    "",
    "command=%2Fdeploy&text=shop+staging&user_name=minjun&channel_name=releases&team_domain=acme",
  ].join("\n"),
  manifests: manifestsText({
    name: "slack-command",
    interceptors: [
      "        - ref: {name: slack}",
      "          params:",
      "            - {name: requestedFields, value: [text, user_name]}",
    ],
    bindings: { text: "$(extensions.text[0])", user: "$(extensions.user_name[0])" },
    annotations: true,
  }),
};

export const samples: readonly Sample[] = [
  ...parts.slice(0, -1).map(sampleOf),
  slack,
  ...parts.slice(-1).map(sampleOf),
];

function sampleOf({ id, name, headers, body, interceptor, filter, bindings }: SampleParts): Sample {
  const lines = Object.entries({ "Content-Type": "application/json", ...headers }).map(
    ([key, value]) => `${key}: ${value}`,
  );
  const types = interceptor?.eventTypes?.map((type) => JSON.stringify(type)).join(", ") ?? "";
  return {
    id,
    name,
    request: ["POST / HTTP/1.1", ...lines, "", JSON.stringify(body, null, 2)].join("\n"),
    manifests: manifestsText({
      name: id,
      interceptors: [
        ...(interceptor === undefined
          ? []
          : [
              `        - ref: {name: ${interceptor.name}}`,
              "          params:",
              `            - {name: eventTypes, value: [${types}]}`,
            ]),
        "        - ref: {name: cel}",
        "          params:",
        "            - name: filter",
        `              value: ${JSON.stringify(filter)}`,
      ],
      bindings,
    }),
  };
}

function manifestsText({
  name,
  interceptors,
  bindings,
  annotations = false,
}: {
  readonly name: string;
  readonly interceptors: readonly string[];
  readonly bindings: Readonly<Record<string, string>>;
  /** The body is no JSON. */
  readonly annotations?: boolean;
}): string {
  const params = Object.keys(bindings);
  return [
    "apiVersion: triggers.tekton.dev/v1beta1",
    "kind: EventListener",
    "metadata:",
    "  name: playground",
    ...(annotations ? ["  annotations:", '    tekton.dev/payload-validation: "false"'] : []),
    "spec:",
    "  triggers:",
    `    - name: ${name}`,
    "      interceptors:",
    ...interceptors,
    "      bindings:",
    ...Object.entries(bindings).map(([param, value]) => `        - {name: ${param}, value: ${JSON.stringify(value)}}`),
    "      template:",
    "        spec:",
    "          params:",
    ...params.map((param) => `            - name: ${param}`),
    "          resourcetemplates:",
    "            - apiVersion: tekton.dev/v1",
    "              kind: PipelineRun",
    "              metadata:",
    `                generateName: ${name}-`,
    "              spec:",
    "                pipelineRef:",
    "                  name: build",
    "                params:",
    ...params.flatMap((param) => [
      `                  - name: ${param}`,
      `                    value: $(tt.params.${param})`,
    ]),
    "",
  ].join("\n");
}
