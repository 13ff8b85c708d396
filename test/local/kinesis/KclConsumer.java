import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.kinesis.common.ConfigsBuilder;
import software.amazon.kinesis.common.InitialPositionInStream;
import software.amazon.kinesis.common.InitialPositionInStreamExtended;
import software.amazon.kinesis.coordinator.Scheduler;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.processor.SingleStreamTracker;
import software.amazon.kinesis.retrieval.polling.PollingConfig;

/** Prints the records of a stream as the Kinesis Client Library gets them: shard, partition key and data. */
public class KclConsumer {
  public static void main(String[] args) {
    String stream = args[0];
    URI endpoint = URI.create(System.getenv("AWS_ENDPOINT_URL"));
    Region region = Region.of(System.getenv("AWS_REGION"));
    KinesisAsyncClient kinesis = KinesisAsyncClient.builder().endpointOverride(endpoint).region(region).build();
    DynamoDbAsyncClient tables = DynamoDbAsyncClient.builder().endpointOverride(endpoint).region(region).build();
    CloudWatchAsyncClient metrics = CloudWatchAsyncClient.builder().endpointOverride(endpoint).region(region).build();
    ConfigsBuilder configs = new ConfigsBuilder(
        new SingleStreamTracker(stream,
            InitialPositionInStreamExtended.newInitialPosition(InitialPositionInStream.TRIM_HORIZON)),
        "kcl-consumer", kinesis, tables, metrics, UUID.randomUUID().toString(), Printer::new);
    Scheduler scheduler = new Scheduler(
        configs.checkpointConfig(),
        configs.coordinatorConfig(),
        configs.leaseManagementConfig().shardSyncIntervalMillis(1_000L).failoverTimeMillis(3_000L),
        configs.lifecycleConfig(),
        configs.metricsConfig(),
        configs.processorConfig(),
        configs.retrievalConfig().retrievalSpecificConfig(
            new PollingConfig(stream, kinesis).idleTimeBetweenReadsInMillis(200L)));
    scheduler.run();
  }

  private static final class Printer implements ShardRecordProcessor {
    private String shard;

    public void initialize(InitializationInput input) {
      shard = input.shardId();
    }

    public void processRecords(ProcessRecordsInput input) {
      input.records().forEach(record -> System.out.println(
          shard + " " + record.partitionKey() + " " + StandardCharsets.UTF_8.decode(record.data())));
      checkpoint(() -> input.checkpointer().checkpoint());
    }

    public void leaseLost(LeaseLostInput input) {}

    public void shardEnded(ShardEndedInput input) {
      System.out.println(shard + " ended");
      checkpoint(() -> input.checkpointer().checkpoint());
    }

    public void shutdownRequested(ShutdownRequestedInput input) {
      checkpoint(() -> input.checkpointer().checkpoint());
    }

    private static void checkpoint(Checkpoint checkpoint) {
      try {
        checkpoint.run();
      } catch (Exception error) {
        throw new IllegalStateException(error);
      }
    }
  }

  private interface Checkpoint {
    void run() throws Exception;
  }
}
