import { queryOptions } from "@tanstack/react-query";
import { get, patch, post, remove } from "./client";
import { keys } from "./keys";
import { allOf } from "./pages";
import type { components } from "./schema";
import type { Clip } from "./types";

type Answer<Name extends keyof components["schemas"]> = components["schemas"][Name];

export type Course = Answer<"Course">;
export type CourseCreate = Answer<"CourseCreateRequest">;
export type CourseEdit = Answer<"PatchedCourseEditRequest">;
export type CourseQuestion = Answer<"Question">;
export type QuestionAdd = Answer<"QuestionAddRequest">;
export type Enrolment = Answer<"Enrolment">;
export type PracticeMode = Answer<"PracticeMode">;
export type AskedQuestion = Answer<"AskedQuestion">;
export type NextQuestion = Answer<"NextQuestion">;
export type AttemptCommit = Answer<"AttemptCommitRequest">;
export type GivenAnswer = Answer<"AnswerRequest">;
export type Reveal = Answer<"Reveal">;
export type Outcome = Reveal["outcome"];
export type Cohort = Answer<"Cohort">;
export type Certificate = Answer<"Certificate">;
export type Figures = Answer<"Figures">;
export type Share = Answer<"Share">;
export type StructureProgress = Answer<"StructureProgress">;

export const coursesQuery = (projectId: string) =>
  queryOptions({
    queryKey: keys.courses(projectId),
    queryFn: ({ signal }) => get<Course[]>("/api/courses/", { project: projectId }, signal),
  });

/** The clips that a course can be made of. */
export const acceptedClipsQuery = (projectId: string) =>
  queryOptions({
    queryKey: [...keys.clips(projectId), "accepted"],
    queryFn: ({ signal }) =>
      allOf<Clip>("/api/clips/", { project: projectId, state: "accepted" }, signal),
  });

export const courseQuery = (courseId: string) =>
  queryOptions({
    queryKey: keys.course(courseId),
    queryFn: ({ signal }) => get<Course>(`/api/courses/${courseId}/`, {}, signal),
  });

/** With their answers: for teachers. */
export const questionsQuery = (courseId: string) =>
  queryOptions({
    queryKey: keys.courseQuestions(courseId),
    queryFn: ({ signal }) =>
      get<CourseQuestion[]>(`/api/courses/${courseId}/questions/`, {}, signal),
  });

export const cohortQuery = (courseId: string, cohort: string | null) =>
  queryOptions({
    queryKey: [...keys.course(courseId), "cohort", cohort],
    queryFn: ({ signal }) => get<Cohort>(`/api/courses/${courseId}/cohort/`, { cohort }, signal),
  });

export const certificateQuery = (courseId: string) =>
  queryOptions({
    queryKey: [...keys.course(courseId), "certificate"],
    queryFn: ({ signal }) => get<Certificate>(`/api/courses/${courseId}/certificate/`, {}, signal),
    retry: false,
  });

/** What to answer now. Asked for anew after each answer, never behind one's back. */
export const nextQuestionQuery = (courseId: string) =>
  queryOptions({
    queryKey: [...keys.course(courseId), "next"],
    queryFn: ({ signal }) => get<NextQuestion>(`/api/courses/${courseId}/next/`, {}, signal),
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const progressQuery = queryOptions({
  queryKey: keys.practiceProgress,
  queryFn: ({ signal }) => get<StructureProgress[]>("/api/practice-progress/", {}, signal),
});

export const createCourse = (body: CourseCreate) => post<Course>("/api/courses/", body);
export const editCourse = (courseId: string, body: CourseEdit) =>
  patch<Course>(`/api/courses/${courseId}/`, body);
export const deleteCourse = (courseId: string) => remove(`/api/courses/${courseId}/`);
export const joinCourse = (courseId: string) => post<Course>(`/api/courses/${courseId}/join/`);
export const leaveCourse = (enrolmentId: string) => remove(`/api/enrolments/${enrolmentId}/`);
export const enrol = (courseId: string, people: readonly string[], cohort: string) =>
  post<Enrolment[]>(`/api/courses/${courseId}/enrolments/`, { people, cohort });
export const addQuestion = (courseId: string, body: QuestionAdd) =>
  post<CourseQuestion>(`/api/courses/${courseId}/questions/`, body);
export const editQuestion = (
  questionId: string,
  body: { note?: string; first_frame?: number; last_frame?: number; position?: number },
) => patch<CourseQuestion>(`/api/questions/${questionId}/`, body);
export const deleteQuestion = (questionId: string) => remove(`/api/questions/${questionId}/`);
export const commitAnswer = (body: AttemptCommit) => post<Reveal>("/api/attempts/", body);
