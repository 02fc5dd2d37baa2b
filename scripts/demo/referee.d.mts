/** What a member answered at an instant. */
export interface Answer {
  readonly id: string;
  readonly incarnation: number;
  readonly term: number;
  readonly isLeader: boolean;
  readonly atMs: number;
}

export class Referee {
  readonly answers: number;
  get reigns(): number;
  take(answer: Answer): string | undefined;
}
