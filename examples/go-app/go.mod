module example.com/late-flights

go 1.25

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.276.0
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-model-pipeline/cdk-model-pipeline-go/cdkmodelpipeline v0.1.0
)

replace github.com/cdk-model-pipeline/cdk-model-pipeline-go/cdkmodelpipeline => ../../dist/go/cdkmodelpipeline
