/**
 * The direction of imports (docs/architecture.md): a level uses only those below it, and the folders of one
 * level do not know each other.
 */
const levels = [
  ["json"],
  ["jsonpath", "template", "cel"],
  ["api"],
  ["interceptors"],
  ["triggers", "pipelines"],
  ["store"],
  ["kube", "tracing"],
  ["sink", "controllers", "webhook", "interceptor-server", "runner", "apiserver"],
  ["offline"],
  ["doctor"],
  ["dashboard", "standalone"],
  ["cli"],
];

const rules = levels.flatMap((folders, level) =>
  folders.map((folder) => {
    const allowed = ["result\\.ts", folder, ...levels.slice(0, level).flat()].map((name) =>
      name.endsWith(".ts") ? name : `${name}/`,
    );
    return {
      name: `level-${folder}`,
      comment: `src/${folder} may import only itself and the levels below it`,
      severity: "error",
      from: { path: `^src/${folder}/`, pathNot: "\\.test\\.ts$" },
      to: { path: "^src/", pathNot: `^src/(${allowed.join("|")})` },
    };
  }),
);

module.exports = {
  forbidden: [
    ...rules,
    {
      name: "no-circular",
      severity: "error",
      from: { path: "^src/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "pure",
      comment: "the core reaches no socket, process, file or clock module",
      severity: "error",
      from: {
        path: "^src/(json|jsonpath|template|cel|api|triggers|interceptors|pipelines)/",
        pathNot: "\\.test\\.ts$",
      },
      to: {
        path: "^(node:)?(fs|fs/promises|net|http|https|http2|tls|child_process|worker_threads|dgram|sqlite|timers|timers/promises)$",
      },
    },
    {
      name: "page",
      comment:
        "the dashboard's page runs in a browser: of the program it may have types, and the pure models of the dashboard",
      severity: "error",
      from: { path: "^web/" },
      to: {
        path: "^src/",
        pathNot: "^src/dashboard/(views/|event-model|run-model)",
        dependencyTypesNot: ["type-only"],
      },
    },
    { name: "no-page-imports", severity: "error", from: { path: "^src/" }, to: { path: "^web/" } },
    { name: "no-test-imports", severity: "error", from: { pathNot: "\\.test\\.ts$" }, to: { path: "\\.test\\.ts$" } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "types"] },
  },
};
