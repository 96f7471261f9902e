import { Command } from 'commander';
import { examine } from '../doctor/examine.ts';
import { renderFindings } from './doctor-table.ts';
import { grpcPort, grpcPortOf, portNumber } from './server-options.ts';
import { terminal } from './terminal.ts';

interface DoctorFlags {
  readonly models: string;
  readonly data: string;
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort?: number | 'off';
  readonly load?: boolean;
  readonly json?: boolean;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'look at this machine, the models and the data folder: what will work, what not, and the mend',
    )
    .option('--models <dir>', 'the model repository', 'models')
    .option('--data <dir>', 'where log, lake and roles are kept', 'data')
    .option('--host <host>', 'address the server listens on', '127.0.0.1')
    .option('--http-port <port>', 'port of the HTTP server', portNumber, 8000)
    .option(
      '--grpc-port <port>',
      'port of the gRPC server, or off; 8001 if left out, or a free one beside --http-port 0',
      grpcPort,
    )
    .option('--load', 'also load and try every model that would be served, each in a process of its own')
    .option('--json', 'print the findings as JSON: topic, status, sentence, mend, details')
    .addHelpText('after', '\nExit status: 0 no problem was found, 1 there are problems, 2 wrong use.')
    .action(doctor);
}

async function doctor(flags: DoctorFlags): Promise<void> {
  const findings = await examine({ ...flags, grpcPort: grpcPortOf(flags), load: flags.load === true });
  process.stdout.write(
    flags.json ? `${JSON.stringify(findings, null, 2)}\n` : renderFindings(findings, terminal()),
  );
  if (findings.some(({ status }) => status === 'problem')) process.exitCode = 1;
}
