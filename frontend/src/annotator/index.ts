export { AnnotatorPage } from "./AnnotatorPage";
