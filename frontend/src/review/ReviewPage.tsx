export function ReviewPage({ clipId, setId }: { clipId: string; setId: string }) {
  return (
    <p>
      Set {setId} of clip {clipId}
    </p>
  );
}
