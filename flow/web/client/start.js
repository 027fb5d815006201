// The start of the pages. They are all known when they are built and load no data through the router, so what the
// framework's own start brings for that (streamed state, routes discovered one by one) is not here.
import { Fragment, createElement, startTransition, useLayoutEffect, useState } from "react";
import { hydrateRoot } from "react-dom/client";
import {
  UNSAFE_FrameworkContext as FrameworkContext,
  UNSAFE_RemixErrorBoundary as ErrorBoundary,
  UNSAFE_createBrowserHistory as createBrowserHistory,
  UNSAFE_createClientRoutes as createClientRoutes,
  UNSAFE_createRouter as createRouter,
  UNSAFE_defaultMapRouteProperties as mapRouteProperties,
  UNSAFE_hydrationRouteProperties as hydrationRouteProperties,
} from "react-router";
import { RouterProvider } from "react-router/dom";

function routing() {
  const { __reactRouterContext: context, __reactRouterManifest: manifest, __reactRouterRouteModules: routeModules } = window;
  const loaded = { loaderData: Object.fromEntries(Object.keys(manifest.routes).map((id) => [id, null])) };
  const router = createRouter({
    routes: createClientRoutes(manifest.routes, routeModules, loaded, context.ssr, context.isSpaMode),
    history: createBrowserHistory(),
    basename: context.basename,
    hydrationData: loaded,
    mapRouteProperties,
    hydrationRouteProperties,
  });
  return { router: router.initialize(), framework: { manifest, routeModules, ...context } };
}

function Pages({ router, framework }) {
  const [location, setLocation] = useState(router.state.location);
  useLayoutEffect(() => router.subscribe((state) => setLocation(state.location)), [router]);
  // Without transitions a click changes the page within the click itself. With them (the default) React puts the new
  // page off behind the next frame and draws it in slices of 5 ms, which is for pages that take longer to draw than ours.
  const provider = createElement(RouterProvider, { router, useTransitions: false });
  const guarded = createElement(ErrorBoundary, { location }, provider);
  // The same tree as on the server, where a second child carries the streamed state: React numbers ids by it.
  return createElement(
    Fragment,
    null,
    createElement(FrameworkContext.Provider, { value: framework }, guarded),
    createElement(Fragment),
  );
}

export function start() {
  startTransition(() => {
    hydrateRoot(document, createElement(Pages, routing()));
  });
}
