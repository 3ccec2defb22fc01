import {
  type ApiError,
  announceSessionExpired,
  csrfToken,
  errorOf,
  offlineError,
} from "../../api/client";
import type { Job } from "../../api/types";
import type { UploadDetails } from "./uploadQueue";

interface Sending {
  done: Promise<Job>;
  abort: () => void;
}

/** Send a file with progress: `fetch` cannot tell how much of a body has left, XHR can. */
export function sendFile(
  file: File,
  details: UploadDetails,
  onProgress: (share: number) => void,
): Sending {
  const request = new XMLHttpRequest();
  const done = new Promise<Job>((resolve, reject: (error: ApiError) => void) => {
    request.upload.onprogress = ({ loaded, total, lengthComputable }) => {
      if (lengthComputable && total > 0) onProgress(loaded / total);
    };
    request.onload = () => {
      let body: unknown = null;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // A proxy's page in place of JSON: the status says enough.
      }
      if (request.status >= 200 && request.status < 300 && body !== null) resolve(body as Job);
      else {
        if (request.status === 401) announceSessionExpired();
        reject(errorOf(request.status, body));
      }
    };
    request.onerror = () => reject(offlineError());
    request.open("POST", "/api/uploads/");
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.send(formOf(file, details));
  });
  return { done, abort: () => request.abort() };
}

function formOf(file: File, details: UploadDetails): FormData {
  const form = new FormData();
  form.set("project", details.projectId);
  form.set("subject", details.subject);
  if (details.label !== "") form.set("label", details.label);
  if (details.scanner !== "") form.set("scanner", details.scanner);
  if (details.credit !== "") form.set("credit", details.credit);
  if (details.micronsPerPixel !== null) {
    form.set("microns_per_pixel", String(details.micronsPerPixel));
  }
  form.set("file", file, file.name);
  return form;
}
