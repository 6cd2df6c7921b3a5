// Imports of the browsers' side run one way: widget → chat/browser ← staff_console.

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "front-ends-are-strangers",
      comment: "The widget and the console do not import each other.",
      severity: "error",
      from: { path: "^(widget|staff_console)/" },
      to: { path: "^(widget|staff_console)/", pathNot: "^$1/" },
    },
    {
      name: "shared-knows-no-front-end",
      severity: "error",
      from: { path: "^chat/browser/" },
      to: { path: "^(widget|staff_console)/" },
    },
    {
      name: "views-import-neither-link-nor-crypto",
      comment:
        "Of the core, views know only the shapes in core/view.ts and core/callback-view.ts; main.tsx of the console and the parts of the widget join the two. A draft is veiled before that.",
      severity: "error",
      from: {
        path: "^(chat/browser/ui|widget|staff_console)/",
        pathNot: "^(widget/frame/parts/|staff_console/src/(guest/)?main\\.tsx$)",
      },
      to: { path: "^chat/browser/core/", pathNot: "^chat/browser/core/((callback-)?view|veil)\\.ts$" },
    },
    {
      name: "core-knows-no-view",
      severity: "error",
      from: { path: "^chat/browser/core/" },
      to: { path: "^chat/browser/(?!core/)|(?:^|/)node_modules/@?preact/" },
    },
    {
      name: "loader-stands-alone",
      comment: "It runs in somebody else's page, before the click: every byte counts.",
      severity: "error",
      from: { path: "^widget/loader/" },
      to: { path: "(?:^|/)node_modules/|^chat/browser/core/|^widget/(?!loader/|[^/]+\\.ts$)" },
    },
    {
      name: "no-circles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "no-dev-packages",
      comment: "What is bundled stands in `dependencies`.",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
    { name: "no-node", severity: "error", from: {}, to: { dependencyTypes: ["core"] } },
  ],
  options: {
    doNotFollow: { path: "(?:^|/)node_modules/" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "browser", "default", "types"],
    },
  },
};
