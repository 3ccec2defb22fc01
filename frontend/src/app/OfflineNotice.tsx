import { useNetwork } from "@mantine/hooks";
import classes from "./Shell.module.css";

export function OfflineNotice() {
  const { online } = useNetwork();
  if (online) return null;
  return (
    <div className={classes.notice} role="status">
      You are offline. What you see may be old; it refreshes when the connection is back.
    </div>
  );
}
