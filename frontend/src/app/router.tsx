import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { SetupPage } from '../features/setup/SetupPage';
import { Crashed, Missing } from './Crashed';
import { Shell } from './Shell';

const root = createRootRoute({ component: Shell, notFoundComponent: Missing, errorComponent: Crashed });

const setup = createRoute({ getParentRoute: () => root, path: '/', component: SetupPage });
const practice = createRoute({
  getParentRoute: () => root,
  path: '/practice/$sessionId',
  component: lazyRouteComponent(() => import('../features/practice/PracticePage'), 'PracticePage'),
});
const report = createRoute({
  getParentRoute: () => root,
  path: '/report/$sessionId',
  component: lazyRouteComponent(() => import('../features/report/ReportPage'), 'ReportPage'),
});
const progress = createRoute({
  getParentRoute: () => root,
  path: '/progress',
  component: lazyRouteComponent(() => import('../features/progress/ProgressPage'), 'ProgressPage'),
});
const stories = createRoute({
  getParentRoute: () => root,
  path: '/stories',
  component: lazyRouteComponent(() => import('../features/stories/StoriesPage'), 'StoriesPage'),
});
const card = createRoute({
  getParentRoute: () => root,
  path: '/card/$sessionId',
  component: lazyRouteComponent(() => import('../features/card/CardPage'), 'CardPage'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../features/settings/SettingsPage'), 'SettingsPage'),
});
const shared = createRoute({
  getParentRoute: () => root,
  path: '/shared/$token',
  component: lazyRouteComponent(() => import('../features/shared/SharedPage'), 'SharedPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([setup, practice, report, progress, stories, card, settings, shared]),
  defaultErrorComponent: Crashed,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
