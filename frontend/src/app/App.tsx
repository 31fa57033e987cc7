import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { ApiError } from '../api/client';
import { LiveRegion } from '../ui/LiveRegion';
import { router } from './router';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      // What the server refuses stays refused; a server that is still starting, or a lost connection, is asked again.
      retry: (count, error) => count < 3 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
  },
});

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
      <LiveRegion />
    </QueryClientProvider>
  );
}
