export { CertificatePage } from "./CertificatePage";
export { CoursePage } from "./CoursePage";
export { NewCoursePage } from "./NewCoursePage";
export { PracticePage } from "./PracticePage";
export { PracticeRoomPage } from "./PracticeRoomPage";
