import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./client";

/** One cache for the page; refusals are not asked again, lost connections are. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) =>
        error instanceof ApiError && (error.isOffline || error.status >= 500) && count < 2,
    },
    mutations: { retry: false },
  },
});
